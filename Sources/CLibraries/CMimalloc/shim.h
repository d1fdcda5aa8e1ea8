// Nothing of it is called: a program that is linked with it gets its malloc, free and the rest instead of the C library's.
