"""The stages from policies to outcomes: ports go in, values come out."""
