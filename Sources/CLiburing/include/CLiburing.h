// Debian's liburing for Swift: the header, plus what Swift cannot see of it. No logic.
#ifndef PLIMSOLL_CLIBURING_H
#define PLIMSOLL_CLIBURING_H

// Before liburing.h, which defines _XOPEN_SOURCE and would otherwise hide fd_set's members from
// whatever is imported after it (sanitizer and test builds).
#include <sys/types.h>
#include <sys/select.h>
#include <liburing.h>

#endif
