//! Commands and events between page, worker, command line and server.
