"""The HTTP interface: routes that parse a request, call one use case and spell its answer."""
