#pragma once
#include <zlib.h>

/// A stream that compresses to raw deflate with a window of 2^`window_bits` bytes (9 to 15), or NULL without memory.
/// It stays where it is: zlib keeps its address.
z_stream *_Nullable czlib_deflater_make(int level, int window_bits, int memory_level);

/// Frees what `czlib_deflater_make` made.
void czlib_deflater_free(z_stream *_Nonnull stream);

/// A stream that inflates raw deflate with a window of 2^`window_bits` bytes (8 to 15), or NULL without memory.
z_stream *_Nullable czlib_inflater_make(int window_bits);

/// Frees what `czlib_inflater_make` made.
void czlib_inflater_free(z_stream *_Nonnull stream);

/// Begins the next block after one that called itself the last, with the window kept (RFC 7692 7.2.3.4).
int czlib_inflater_resume(z_stream *_Nonnull stream);
