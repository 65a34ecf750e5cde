// The only file that sees toml++: it is slow to compile, so everything that is not needed is off.
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_UNRELEASED_FEATURES 0

#include "CToml.h"

#include <toml++/toml.h>

#include <algorithm>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct ctoml_document {
    toml::table root;
    std::vector<ctoml_node> nodes;
    bool is_refused = false;
    std::string error;
    uint32_t error_line = 1;
    uint32_t error_column = 1;
};

namespace {

/// Deeper than any setting by far; bounds the recursion below.
constexpr int depth_maximum = 32;

void refuse(ctoml_document &document, std::string_view why, const toml::source_position &where) {
    document.is_refused = true;
    document.error = std::string(why);
    document.error_line = std::max<uint32_t>(where.line, 1);
    document.error_column = std::max<uint32_t>(where.column, 1);
    document.nodes.clear();
}

/// Fills in the kind and value of a node that is no container.
void describe_leaf(const toml::node &value, ctoml_node &node) {
    if (const auto *text = value.as_string()) {
        node.kind = CTOML_STRING;
        node.text = text->get().data();
        node.text_count = text->get().size();
    } else if (const auto *integer = value.as_integer()) {
        node.kind = CTOML_INTEGER;
        node.integer = integer->get();
    } else if (const auto *number = value.as_floating_point()) {
        node.kind = CTOML_FLOAT;
        node.number = number->get();
    } else if (const auto *boolean = value.as_boolean()) {
        node.kind = CTOML_BOOLEAN;
        node.boolean = boolean->get();
    } else {
        node.kind = CTOML_DATE_TIME;
    }
}

/// Appends `value` and all inside it; false when it is nested too deeply.
bool flatten(ctoml_document &document, const toml::node &value, const toml::key *key, int depth) {
    if (depth > depth_maximum) {
        refuse(document, "tables are nested too deeply", value.source().begin);
        return false;
    }
    const size_t index = document.nodes.size();
    ctoml_node node{};
    node.line = value.source().begin.line;
    node.column = value.source().begin.column;
    if (key != nullptr) {
        node.key = key->data();
        node.key_count = key->length();
        node.key_line = key->source().begin.line;
        node.key_column = key->source().begin.column;
    }
    document.nodes.push_back(node);

    if (const toml::table *table = value.as_table()) {
        // toml++ keeps a table sorted by key; people read it in the order of the file.
        std::vector<std::pair<const toml::key *, const toml::node *>> entries;
        for (const auto &[name, child] : *table) { entries.emplace_back(&name, &child); }
        std::stable_sort(entries.begin(), entries.end(), [](const auto &a, const auto &b) {
            const auto &left = a.first->source().begin;
            const auto &right = b.first->source().begin;
            return left.line != right.line ? left.line < right.line : left.column < right.column;
        });
        document.nodes[index].kind = CTOML_TABLE;
        document.nodes[index].child_count = static_cast<uint32_t>(entries.size());
        for (const auto &[name, child] : entries) {
            if (!flatten(document, *child, name, depth + 1)) { return false; }
        }
    } else if (const toml::array *array = value.as_array()) {
        document.nodes[index].kind = CTOML_ARRAY;
        document.nodes[index].child_count = static_cast<uint32_t>(array->size());
        for (const toml::node &child : *array) {
            if (!flatten(document, child, nullptr, depth + 1)) { return false; }
        }
    } else {
        describe_leaf(value, document.nodes[index]);
    }
    document.nodes[index].after = static_cast<uint32_t>(document.nodes.size());
    return true;
}

}  // namespace

extern "C" struct ctoml_document *ctoml_parse(const char *bytes, size_t count) {
    ctoml_document *document = nullptr;
    try {
        document = new ctoml_document();
        toml::parse_result result = toml::parse(std::string_view(bytes, count));
        if (!result) {
            refuse(*document, result.error().description(), result.error().source().begin);
            return document;
        }
        document->root = std::move(result).table();
        flatten(*document, document->root, nullptr, 0);
        return document;
    } catch (...) {
        delete document;
        return nullptr;
    }
}

extern "C" const struct ctoml_node *ctoml_nodes(
    const struct ctoml_document *document, size_t *count) {
    *count = document->nodes.size();
    return document->nodes.data();
}

extern "C" const char *ctoml_error(
    const struct ctoml_document *document, uint32_t *line, uint32_t *column) {
    if (!document->is_refused) { return nullptr; }
    *line = document->error_line;
    *column = document->error_column;
    return document->error.c_str();
}

extern "C" void ctoml_free(struct ctoml_document *document) { delete document; }
