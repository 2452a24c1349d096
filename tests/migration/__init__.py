"""The move from Imagen to its successors."""
