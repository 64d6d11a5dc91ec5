"""Where everything is kept: engine, sessions, sealed columns, migrations, backup, erasing."""
