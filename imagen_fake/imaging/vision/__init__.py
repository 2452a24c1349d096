"""Analysis of pictures: subjects, regions, masks, captions, and how a picture looks."""
