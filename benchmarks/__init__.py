"""How fast `lib` is beside other libraries, and beside the matrix products alone.

make bench        (or: python -m benchmarks --help)
"""
