"""A local server that speaks the services' protocols: strict, with a bill and scripted faults."""
