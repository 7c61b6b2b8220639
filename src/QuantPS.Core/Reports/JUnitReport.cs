using System.Globalization;
using System.Text;
using System.Xml;
using QuantPS.Gates;

namespace QuantPS.Reports;

/// <summary>
/// Writes what came of gates in the XML of JUnit, which pipelines show beside tests: a suite for each model, a case for each gate. A soft limit
/// that is not kept is a case that passes and says so in its output, as JUnit knows no warnings.
/// </summary>
internal static class JUnitReport
{
    public static string Write(QuantReport report)
    {
        var text = new StringBuilder();
        using (XmlWriter writer = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, NewLineChars = "\n", OmitXmlDeclaration = true }))
        {
            writer.WriteStartElement("testsuites");
            writer.WriteAttributeString("name", Clean(report.Title));
            WriteCounts(writer, report.Gates);
            foreach (IGrouping<string, GateResult> suite in report.Gates.GroupBy(gate => gate.Model))
            {
                writer.WriteStartElement("testsuite");
                writer.WriteAttributeString("name", Clean(suite.Key));
                WriteCounts(writer, [.. suite]);
                foreach (GateResult gate in suite) WriteCase(writer, gate);
                writer.WriteEndElement();
            }
            writer.WriteEndElement();
        }
        return $"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{text}\n";
    }

    private static void WriteCase(XmlWriter writer, GateResult gate)
    {
        writer.WriteStartElement("testcase");
        writer.WriteAttributeString("classname", Clean($"QuantPS.{gate.Model}"));
        writer.WriteAttributeString("name", gate.IsSoft ? $"{gate.Gate} (soft)" : gate.Gate);
        writer.WriteAttributeString("time", "0");
        if (gate.Outcome == GateOutcome.Failed)
        {
            writer.WriteStartElement("failure");
            writer.WriteAttributeString("type", gate.ErrorId);
            writer.WriteAttributeString("message", Clean(gate.Reason));
            writer.WriteEndElement();
        }
        writer.WriteElementString("system-out", Clean($"{gate.Outcome}: {gate.Reason}"));
        writer.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter writer, IReadOnlyCollection<GateResult> gates)
    {
        writer.WriteAttributeString("tests", gates.Count.ToString(CultureInfo.InvariantCulture));
        writer.WriteAttributeString("failures", gates.Count(gate => !gate.Passed).ToString(CultureInfo.InvariantCulture));
        writer.WriteAttributeString("errors", "0");
        writer.WriteAttributeString("skipped", "0");
    }

    // Half a surrogate pair has no place in XML: enumerating replaces it.
    private static string Clean(string text) => string.Concat(PlainText.Of(text).EnumerateRunes());
}
