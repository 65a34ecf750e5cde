extension RouteDecoder {
    /// A key that names a field, in lower case; nil when it is left out or wrong.
    func decodeFieldName(_ key: String) -> String? {
        guard let name = reader.string(key) else { return nil }
        guard FieldSyntax.isToken(name), !FieldSyntax.isOwned(name) else {
            reader.refuse(key, because: quoted(name))
            return nil
        }
        return name.lowercased()
    }
}
