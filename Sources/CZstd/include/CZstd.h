#pragma once
#include <stddef.h>

/// A compressor at one level, used again for section after section.
typedef struct czstd_compressor czstd_compressor;

/// A compressor, or NULL without memory.
czstd_compressor *_Nullable czstd_compressor_new(int level);
void czstd_compressor_free(czstd_compressor *_Nonnull compressor);

/// Begins a frame of exactly `bytes` bytes.
void czstd_compressor_begin(czstd_compressor *_Nonnull compressor, unsigned long long bytes);

/// Takes from `source` (moving `*taken`) and gives to `target` (moving `*given`); with `end` it closes the frame.
/// Returns 0 when all of `source` is taken and, with `end`, the frame is closed; 1 when the target is full; -1 on failure.
int czstd_compress(
    czstd_compressor *_Nonnull compressor, const void *_Nullable source, size_t source_bytes, size_t *_Nonnull taken,
    void *_Nonnull target, size_t target_bytes, size_t *_Nonnull given, int end);

/// A decompressor, used again for section after section.
typedef struct czstd_decompressor czstd_decompressor;

/// A decompressor, or NULL without memory.
czstd_decompressor *_Nullable czstd_decompressor_new(void);
void czstd_decompressor_free(czstd_decompressor *_Nonnull decompressor);

/// Begins a frame.
void czstd_decompressor_begin(czstd_decompressor *_Nonnull decompressor);

/// Takes from `source` (moving `*taken`) and gives to `target` (moving `*given`).
/// Returns 0 when the frame is complete, 1 when it goes on, -1 when it is damaged.
int czstd_decompress(
    czstd_decompressor *_Nonnull decompressor, const void *_Nullable source, size_t source_bytes,
    size_t *_Nonnull taken, void *_Nullable target, size_t target_bytes, size_t *_Nonnull given);
