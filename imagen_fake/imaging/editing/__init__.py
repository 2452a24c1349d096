"""Editing: inpainting, outpainting, compositing, and pictures after references."""
