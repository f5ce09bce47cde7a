"""What reading finds in new code of the product: answers by heart, errors put aside, what is idle."""
