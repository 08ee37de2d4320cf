"""What goes over the wire, as pure functions: no clock, no disk, no network."""
