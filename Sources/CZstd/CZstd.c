#include "CZstd.h"
#include <zstd.h>

czstd_compressor *czstd_compressor_new(int level) {
    ZSTD_CCtx *context = ZSTD_createCCtx();
    if (context) ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
    return (czstd_compressor *)context;
}

void czstd_compressor_free(czstd_compressor *compressor) { ZSTD_freeCCtx((ZSTD_CCtx *)compressor); }

void czstd_compressor_begin(czstd_compressor *compressor, unsigned long long bytes) {
    ZSTD_CCtx_reset((ZSTD_CCtx *)compressor, ZSTD_reset_session_only);
    ZSTD_CCtx_setPledgedSrcSize((ZSTD_CCtx *)compressor, bytes);
}

int czstd_compress(
    czstd_compressor *compressor, const void *source, size_t source_bytes, size_t *taken, void *target,
    size_t target_bytes, size_t *given, int end) {
    ZSTD_inBuffer input = {source, source_bytes, *taken};
    ZSTD_outBuffer output = {target, target_bytes, *given};
    size_t left = ZSTD_compressStream2(
        (ZSTD_CCtx *)compressor, &output, &input, end ? ZSTD_e_end : ZSTD_e_continue);
    *taken = input.pos;
    *given = output.pos;
    if (ZSTD_isError(left)) return -1;
    return (end ? left == 0 : input.pos == input.size) ? 0 : 1;
}

czstd_decompressor *czstd_decompressor_new(void) { return (czstd_decompressor *)ZSTD_createDCtx(); }

void czstd_decompressor_free(czstd_decompressor *decompressor) { ZSTD_freeDCtx((ZSTD_DCtx *)decompressor); }

void czstd_decompressor_begin(czstd_decompressor *decompressor) {
    ZSTD_DCtx_reset((ZSTD_DCtx *)decompressor, ZSTD_reset_session_only);
}

int czstd_decompress(
    czstd_decompressor *decompressor, const void *source, size_t source_bytes, size_t *taken, void *target,
    size_t target_bytes, size_t *given) {
    ZSTD_inBuffer input = {source, source_bytes, *taken};
    ZSTD_outBuffer output = {target, target_bytes, *given};
    size_t left = ZSTD_decompressStream((ZSTD_DCtx *)decompressor, &output, &input);
    *taken = input.pos;
    *given = output.pos;
    if (ZSTD_isError(left)) return -1;
    return left == 0 ? 0 : 1;
}
