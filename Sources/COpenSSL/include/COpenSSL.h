#pragma once
#include <stddef.h>
#include <stdint.h>

/// scrypt (RFC 7914): fills `out` from a password and a salt; `n` is a power of two. 1, or 0 when it failed.
int copenssl_scrypt(const void *_Nonnull password, size_t passwordBytes, const void *_Nonnull salt, size_t saltBytes,
                    uint64_t n, uint64_t r, uint64_t p, uint8_t *_Nonnull out, size_t outBytes);

/// SHA-256 of `count` bytes into 32 bytes: 1, or 0 when it failed.
int copenssl_sha256(const void *_Nonnull bytes, size_t count, uint8_t *_Nonnull out);

/// HMAC-SHA-256 of `count` bytes into 32 bytes: 1, or 0 when it failed.
int copenssl_hmac_sha256(const void *_Nonnull key, size_t keyBytes, const void *_Nonnull bytes, size_t count,
                         uint8_t *_Nonnull out);

/// Whether two blocks are equal; the time does not depend on what they hold.
int copenssl_equal(const void *_Nonnull one, const void *_Nonnull other, size_t count);

/// Random bytes fit for keys: 1, or 0 when there are none.
int copenssl_random(uint8_t *_Nonnull out, size_t count);
