/// Why a number with a unit could not be read.
enum UnitTextError: Error, Equatable {
    /// Not digits followed by one of the units.
    case malformed
    /// More than 64 bits of the smallest unit: 292 years, or 8 EiB.
    case overflow
}
