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

/// AES-256-GCM under one key, in one direction; NULL when it failed. One thread at a time.
struct copenssl_gcm;

/// A context for `key`, 32 bytes: to seal with when `seals` is not 0, else to open with.
struct copenssl_gcm *_Nullable copenssl_gcm_new(const uint8_t *_Nonnull key, int seals);
void copenssl_gcm_free(struct copenssl_gcm *_Nonnull context);

/// Begins a text whose nonce is `number`, little-endian, and four zero bytes; `header` is authenticated with it and
/// stays in clear. 1, or 0 when it failed.
int copenssl_gcm_begin(struct copenssl_gcm *_Nonnull context, uint64_t number, const void *_Nonnull header,
                       size_t headerBytes);

/// The next `count` bytes of the text, into `out`, which may be `bytes`. 1, or 0 when it failed.
int copenssl_gcm_update(struct copenssl_gcm *_Nonnull context, const void *_Nonnull bytes, size_t count,
                        void *_Nonnull out);

/// Ends a text that is sealed, and gives its 16-byte tag. 1, or 0 when it failed.
int copenssl_gcm_seal(struct copenssl_gcm *_Nonnull context, void *_Nonnull tag);

/// Ends a text that is opened: 1 when it is as it was sealed, else 0.
int copenssl_gcm_open(struct copenssl_gcm *_Nonnull context, const void *_Nonnull tag);
