rings = Ring { $name }
