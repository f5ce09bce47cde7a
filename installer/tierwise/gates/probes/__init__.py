"""Running code that is suspected: of answering by heart, of knowing that it is tested, of bending what tests it."""
