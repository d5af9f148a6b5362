#include "COpenSSL.h"
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <pthread.h>

// Fetched once: an implicit fetch at each digest costs as much as the digest of a token.
static const EVP_MD *sha256;
static pthread_once_t fetched = PTHREAD_ONCE_INIT;

static void fetch(void) {
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (sha256 == NULL) sha256 = EVP_sha256();
}

static const EVP_MD *digest(void) {
    pthread_once(&fetched, fetch);
    return sha256;
}

int copenssl_scrypt(const void *password, size_t passwordBytes, const void *salt, size_t saltBytes, uint64_t n,
                    uint64_t r, uint64_t p, uint8_t *out, size_t outBytes) {
    // OpenSSL's own bound is 32 MiB, which n = 2^15 just exceeds.
    uint64_t memoryMax = 128 * r * (n + p + 4);
    return EVP_PBE_scrypt(password, passwordBytes, salt, saltBytes, n, r, p, memoryMax, out, outBytes) == 1;
}

int copenssl_sha256(const void *bytes, size_t count, uint8_t *out) {
    return EVP_Digest(bytes, count, out, NULL, digest(), NULL) == 1;
}

int copenssl_hmac_sha256(const void *key, size_t keyBytes, const void *bytes, size_t count, uint8_t *out) {
    if (keyBytes > INT_MAX) return 0;
    return HMAC(digest(), key, (int)keyBytes, bytes, count, out, NULL) != NULL;
}

int copenssl_equal(const void *one, const void *other, size_t count) { return CRYPTO_memcmp(one, other, count) == 0; }

int copenssl_random(uint8_t *out, size_t count) {
    if (count > INT_MAX) return 0;
    return RAND_bytes(out, (int)count) == 1;
}
