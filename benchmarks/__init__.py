"""Speed and memory, measured in one run against pm4py and against one scan of the same columns."""
