"""Who is measured: each module has a class ``Contender`` with a method for each measure it takes part in.

A method does the work once and returns a figure that every contender must agree on.
"""
