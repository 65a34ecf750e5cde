/// One set of axes of a chart and the lines in it.
struct ChartPanel {
    struct Line {
        var name: String
        /// The class of its strokes in the style sheet.
        var style: String
        /// One a slice; nil where there is nothing to show.
        var values: [Double?]
    }

    var title: String
    var lines: [Line]
    /// Drawn across, with what it is.
    var mark: (name: String, value: Double)?
    /// The value at the top of the axis.
    var top: Double

    /// What the vertical axis ends at: 1, 2 or 5 times a power of ten, not below the values.
    static func top(of values: [Double]) -> Double {
        let highest = max(values.max() ?? 0, 1e-6)
        var power = 1.0
        while power * 10 <= highest { power *= 10 }
        while power > highest { power /= 10 }
        for factor in [1.0, 1.5, 2, 3, 4, 5, 6, 8, 10] where power * factor >= highest {
            return power * factor
        }
        return power * 10
    }

    /// - Parameters:
    ///   - left, upper: of the plot itself; labels are beside it.
    ///   - seconds: what the horizontal axis covers.
    func svg(left: Double, upper: Double, width: Double, height: Double, seconds: Double) -> String
    {
        var text = """
            <text class="h" x="\(number(left))" y="\(number(upper - 24))">\(escaped(title))</text>\n
            """
        text += grid(left: left, upper: upper, width: width, height: height, seconds: seconds)
        var legendAt = left
        for line in lines {
            let start = "\(number(legendAt)) \(number(upper - 11))"
            text +=
                "<path class=\"\(line.style)\" d=\"M\(start)h14\"/>"
                + "<text x=\"\(number(legendAt + 18))\" y=\"\(number(upper - 7))\">"
                + "\(escaped(line.name))</text>\n"
            legendAt += 34 + Double(line.name.utf8.count) * 6.6
            text += path(line, left: left, upper: upper, width: width, height: height)
        }
        if let mark, mark.value <= top {
            let y = number(upper + height * (1 - mark.value / top))
            text +=
                "<path class=\"mark\" d=\"M\(number(left)) \(y)h\(number(width))\"/>"
                + "<text class=\"e\" x=\"\(number(left + width))\" y=\"\(y)\" dy=\"-3\">"
                + "\(escaped(mark.name))</text>\n"
        }
        return text
    }

    private func grid(
        left: Double, upper: Double, width: Double, height: Double, seconds: Double
    ) -> String {
        var text = ""
        for step in 0...4 {
            let y = upper + height * Double(step) / 4
            let value = top * Double(4 - step) / 4
            text +=
                "<path class=\"g\" d=\"M\(number(left)) \(number(y))h\(number(width))\"/>"
                + "<text class=\"e\" x=\"\(number(left - 6))\" y=\"\(number(y + 4))\">"
                + "\(axisLabel(value))</text>\n"
        }
        for step in 0...5 {
            let x = left + width * Double(step) / 5
            let time = axisLabel(seconds * Double(step) / 5)
            text +=
                "<text class=\"m\" x=\"\(number(x))\" y=\"\(number(upper + height + 15))\">"
                + "\(time)\(step == 5 ? " s" : "")</text>\n"
        }
        return text
    }

    private func path(
        _ line: Line, left: Double, upper: Double, width: Double, height: Double
    ) -> String {
        var commands = ""
        var isDown = false
        for (index, value) in line.values.enumerated() {
            guard let value else {
                isDown = false
                continue
            }
            let x = left + width * (Double(index) + 0.5) / Double(line.values.count)
            let y = upper + height * (1 - min(1, max(0, value / top)))
            commands += "\(isDown ? "L" : "M")\(number(x)) \(number(y))"
            isDown = true
        }
        return commands.isEmpty ? "" : "<path class=\"\(line.style)\" d=\"\(commands)\"/>\n"
    }

    private func axisLabel(_ value: Double) -> String {
        let digits = value >= 20 || value == value.rounded() ? 0 : (value >= 0.2 ? 2 : 4)
        var text = FixedText.write(value, digits: digits)
        while digits > 0 && text.hasSuffix("0") { text.removeLast() }
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    private func number(_ value: Double) -> String {
        let text = FixedText.write(value, digits: 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

/// A text between tags (XML 1.0, section 2.4).
func escaped(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": shown += "&amp;"
        case "<": shown += "&lt;"
        case ">": shown += "&gt;"
        case "\"": shown += "&quot;"
        default: shown.unicodeScalars.append(scalar)
        }
    }
    return shown
}
