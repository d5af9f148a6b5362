#include "COpenSSL.h"
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <string.h>

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

// The context is OpenSSL's own, under a name that only this module knows.
static EVP_CIPHER_CTX *gcm(struct copenssl_gcm *context) { return (EVP_CIPHER_CTX *)context; }

struct copenssl_gcm *copenssl_gcm_new(const uint8_t *key, int seals) {
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context == NULL) return NULL;
    if (EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, key, NULL, seals != 0) == 1)
        return (struct copenssl_gcm *)context;
    EVP_CIPHER_CTX_free(context);
    return NULL;
}

void copenssl_gcm_free(struct copenssl_gcm *context) { EVP_CIPHER_CTX_free(gcm(context)); }

int copenssl_gcm_begin(struct copenssl_gcm *context, uint64_t number, const void *header, size_t headerBytes) {
    uint8_t nonce[12] = {0};
    int done = 0;
    for (int index = 0; index < 8; index++) nonce[index] = (uint8_t)(number >> (8 * index));
    if (headerBytes > INT_MAX) return 0;
    // -1 keeps the direction, and no key keeps the key and its schedule.
    if (EVP_CipherInit_ex(gcm(context), NULL, NULL, NULL, nonce, -1) != 1) return 0;
    return EVP_CipherUpdate(gcm(context), NULL, &done, header, (int)headerBytes) == 1;
}

int copenssl_gcm_update(struct copenssl_gcm *context, const void *bytes, size_t count, void *out) {
    int done = 0;
    if (count > INT_MAX) return 0;
    if (count == 0) return 1;
    return EVP_CipherUpdate(gcm(context), out, &done, bytes, (int)count) == 1 && done == (int)count;
}

int copenssl_gcm_seal(struct copenssl_gcm *context, void *tag) {
    uint8_t nothing[16];
    int done = 0;
    if (EVP_CipherFinal_ex(gcm(context), nothing, &done) != 1) return 0;
    return EVP_CIPHER_CTX_ctrl(gcm(context), EVP_CTRL_AEAD_GET_TAG, 16, tag) == 1;
}

int copenssl_gcm_open(struct copenssl_gcm *context, const void *tag) {
    uint8_t expected[16], nothing[16];
    int done = 0;
    memcpy(expected, tag, sizeof expected);
    if (EVP_CIPHER_CTX_ctrl(gcm(context), EVP_CTRL_AEAD_SET_TAG, 16, expected) != 1) return 0;
    return EVP_CipherFinal_ex(gcm(context), nothing, &done) == 1;
}
