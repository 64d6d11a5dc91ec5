dawdled = The gate is open.
rings = The bell rings.
