"""The local cloud: the template AWS gets, run on this machine by an emulator (see docs/local_cloud.md)."""
