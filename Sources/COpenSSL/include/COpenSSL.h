// Debian's OpenSSL for Swift. Macros that Swift cannot import become inline functions here.
#ifndef PLIMSOLL_COPENSSL_H
#define PLIMSOLL_COPENSSL_H

#include <openssl/err.h>
#include <openssl/ssl.h>

#endif
