#ifndef PLIMSOLL_CTOML_H
#define PLIMSOLL_CTOML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a node holds. Dates and times are recognised, so that they can be refused by name; their
/// value is not handed out, as no setting takes one.
enum ctoml_kind {
    CTOML_TABLE = 0,
    CTOML_ARRAY = 1,
    CTOML_STRING = 2,
    CTOML_INTEGER = 3,
    CTOML_FLOAT = 4,
    CTOML_BOOLEAN = 5,
    CTOML_DATE_TIME = 6
};

/// One value of the document. The tree lies flat, in preorder and in the order of the file: the
/// children of a table or array at index i are the `child_count` nodes found by starting at i + 1
/// and stepping to `after` of each. Lines and columns count from 1, columns in code points.
struct ctoml_node {
    int32_t kind;
    uint32_t child_count;
    /// Index of the first node that is not inside this one.
    uint32_t after;
    uint32_t line;
    uint32_t column;
    uint32_t key_line;
    uint32_t key_column;
    bool boolean;
    int64_t integer;
    double number;
    /// UTF-8, not terminated by a zero. NULL for the root and for elements of arrays.
    const char *key;
    size_t key_count;
    /// UTF-8, not terminated by a zero; may hold zeros. Strings only.
    const char *text;
    size_t text_count;
};

struct ctoml_document;

/// Reads `count` bytes of TOML 1.0. Never throws; returns NULL only when memory runs out. The
/// document owns all that is handed out and lives until `ctoml_free`.
struct ctoml_document *ctoml_parse(const char *bytes, size_t count);

/// The nodes, root first; no nodes when the text was refused.
const struct ctoml_node *ctoml_nodes(const struct ctoml_document *document, size_t *count);

/// Why the text was refused, or NULL; `line` and `column` say where.
const char *ctoml_error(const struct ctoml_document *document, uint32_t *line, uint32_t *column);

void ctoml_free(struct ctoml_document *document);

#ifdef __cplusplus
}
#endif

#endif
