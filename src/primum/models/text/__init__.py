"""The mathematics of text: windows over notes of any length, networks, pretraining, classifying, tagging, serving."""
