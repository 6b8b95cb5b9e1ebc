"""The ground: the log, operations, results and the words they share."""
