"""What stands in a picture, found from its pixels or from what is imprinted there."""
