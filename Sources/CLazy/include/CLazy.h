// Libraries of the system that are loaded when one of their functions is first called.
//
// Loading OpenSSL takes as long as fetching a small file, and libxml2, which brings ICU along, takes
// longer; most runs of a program need neither. So the header of such a library's module begins with a
// list of the functions that are called, `LAZY(name)` each: it gives `name` the symbol `twine_name`,
// and trampolines.S has that symbol, which loads the library and goes on to the function. For who
// calls it nothing changes. A function that is in no list is bound when the program is linked, as
// usual, and then the library is loaded at every start again.
//
// A list names functions only; a variable cannot be loaded late.
#pragma once

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#define TWINE_IS_LAZY 1
#define TWINE_PRAGMA(text) _Pragma(#text)
#define TWINE_RENAME(name) TWINE_PRAGMA(redefine_extname name twine_##name)
#else
// Elsewhere they are bound as usual.
#define TWINE_IS_LAZY 0
#define TWINE_RENAME(name)
#endif
#ifndef LAZY
#define LAZY TWINE_RENAME
#endif
