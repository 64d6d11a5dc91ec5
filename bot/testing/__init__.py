"""What tests are written with, for Hearth itself and for cogs from elsewhere."""
