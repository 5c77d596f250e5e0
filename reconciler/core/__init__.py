"""The words and the rules of the product: pure values and functions that know no neighbour."""
