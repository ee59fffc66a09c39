### softmax

softmax-title = 6 classes
