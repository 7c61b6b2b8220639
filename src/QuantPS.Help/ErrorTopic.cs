using System.Collections;
using System.Reflection;
using System.Text;

namespace QuantPS.Help;

/// <summary>Writes the about topic of all errors from the module's table of them.</summary>
internal static class ErrorTopic
{
    public const string Name = "about_QuantPS_Errors";

    private const int Width = 79;

    private const string Head =
        $$"""
        TOPIC
            {{Name}}

        SHORT DESCRIPTION
            All errors of QuantPS: what each means, and what to do.

        LONG DESCRIPTION
            An error that concerns one input does not keep the others; an error in
            what all inputs share, such as a data set, ends the command. A script
            knows an error by its FullyQualifiedErrorId: one of the names below, a
            comma, and the class of the command. These names never change; the text
            of a message may.

                try { Import-QuantModel ./nowhere.pth -ErrorAction Stop }
                catch {
                    $id = ($_.FullyQualifiedErrorId -split ',')[0]
                    if ($id -ne 'CheckpointNotFound') { throw }
                    'There is no such model yet.'
                }

            In brackets stands the category, $_.CategoryInfo.Category.

        """;

    public static string Write(Assembly module)
    {
        var errors = (IEnumerable)module.GetType("QuantPS.Commands.ErrorTable", throwOnError: true)!.GetProperty("All")!.GetValue(null)!;
        var topic = new StringBuilder(Head);
        foreach (IGrouping<string, object> section in errors.Cast<object>().GroupBy(error => Text(error, "Section")))
        {
            topic.Append($"\n  {section.Key.ToUpperInvariant()}\n");
            foreach (object error in section)
            {
                topic.Append($"    {Text(error, "Id")} [{Text(error, "Category")}]\n");
                AppendParagraph(topic, Text(error, "Meaning"));
                AppendParagraph(topic, Text(error, "Remedy"));
                topic.Append('\n');
            }
        }
        return topic.Append("SEE ALSO\n    about_QuantPS\n    about_Try_Catch_Finally\n").ToString();
    }

    private static void AppendParagraph(StringBuilder topic, string text)
    {
        const string Indent = "        ";
        string line = Indent + "-";
        foreach (string word in text.Split(' '))
        {
            if (line.Length + 1 + word.Length > Width)
            {
                topic.Append(line).Append('\n');
                line = Indent + " ";
            }
            line += $" {word}";
        }
        topic.Append(line).Append('\n');
    }

    private static string Text(object error, string property) => error.GetType().GetProperty(property)!.GetValue(error)!.ToString()!;
}
