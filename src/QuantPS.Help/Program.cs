using System.Reflection;
using System.Runtime.Loader;
using System.Xml.Linq;
using QuantPS.Help;

// Writes the help that Get-Help reads from the one source of it: of the commands (MAML) from the XML documentation of the cmdlet classes,
// and the classes; of the errors from the table of them.
if (args is not [string assemblyPath, string outputPath])
{
    Console.Error.WriteLine("Usage: QuantPS.Help <module assembly> <help file to write; topics go beside it>");
    return 64;
}
string folder = Path.GetDirectoryName(Path.GetFullPath(assemblyPath))!;
AssemblyLoadContext.Default.Resolving += (context, name) =>
    Path.Combine(folder, $"{name.Name}.dll") is var beside && File.Exists(beside) ? context.LoadFromAssemblyPath(beside) : null;
Assembly module = AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(assemblyPath));
try
{
    var documentation = new Documentation(XDocument.Load(Path.ChangeExtension(assemblyPath, ".xml"), LoadOptions.PreserveWhitespace));
    XDocument help = MamlWriter.Write(module.GetExportedTypes().Where(Command.IsCommand).Select(type => new Command(type, documentation)));
    string outputFolder = Path.GetDirectoryName(Path.GetFullPath(outputPath))!;
    Directory.CreateDirectory(outputFolder);
    help.Save(outputPath);
    File.WriteAllText(Path.Combine(outputFolder, $"{ErrorTopic.Name}.help.txt"), ErrorTopic.Write(module));
    return 0;
}
catch (InvalidDataException e)
{
    // The form in which MSBuild shows an error of a tool as its own.
    Console.Error.WriteLine($"QuantPS.Help : error QH0001: {e.Message}");
    return 1;
}
