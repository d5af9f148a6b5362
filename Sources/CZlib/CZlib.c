#include "CZlib.h"
#include <stdlib.h>

// zlib exports it without declaring it: inflateReset without forgetting the window.
extern int inflateResetKeep(z_streamp stream);

z_stream *czlib_deflater_make(int level, int window_bits, int memory_level) {
    z_stream *stream = calloc(1, sizeof *stream);
    if (stream && deflateInit2(stream, level, Z_DEFLATED, -window_bits, memory_level, Z_DEFAULT_STRATEGY) != Z_OK) {
        free(stream);
        return NULL;
    }
    return stream;
}

void czlib_deflater_free(z_stream *stream) {
    deflateEnd(stream);
    free(stream);
}

z_stream *czlib_inflater_make(int window_bits) {
    z_stream *stream = calloc(1, sizeof *stream);
    if (stream && inflateInit2(stream, -window_bits) != Z_OK) {
        free(stream);
        return NULL;
    }
    return stream;
}

void czlib_inflater_free(z_stream *stream) {
    inflateEnd(stream);
    free(stream);
}

int czlib_inflater_resume(z_stream *stream) { return inflateResetKeep(stream); }
