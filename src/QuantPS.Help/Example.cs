using System.Xml.Linq;

namespace QuantPS.Help;

/// <summary>An example: what it shows, the code, and what there is to say afterwards.</summary>
internal sealed class Example
{
    // What Get-Help shows on one line of a narrow terminal.
    private const int LongestTitle = 60;

    public Example(XElement element)
    {
        XElement code = element.Element("code") ?? throw new InvalidDataException($"An example has no code: {element.Value.Trim()}");
        Code = Documentation.Code(code);
        Title = string.Join(' ', code.ElementsBeforeSelf("para").SelectMany(Documentation.Paragraphs)).TrimEnd('.');
        if (Title.Length is 0 or > LongestTitle)
            throw new InvalidDataException($"An example needs a title of at most {LongestTitle} characters: {Title}{Environment.NewLine}{Code}");
        Remarks = [.. code.ElementsAfterSelf("para").SelectMany(Documentation.Paragraphs)];
    }

    public string Title { get; }

    public string Code { get; }

    public IReadOnlyList<string> Remarks { get; }
}
