### controls
