### code

code-title = The loop as running code
