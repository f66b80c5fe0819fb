"""When does a turn happen? `scheduled` drives the turns of the worker on one machine."""
