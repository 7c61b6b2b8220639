using System.Diagnostics;

namespace QuantPS.Tests.Host;

/// <summary>Runs QuantPS.Host as a child process, with its streams redirected as in CI.</summary>
internal static class HostProcess
{
    private static readonly string _program = Path.Combine(
        Repository.Root, "src", "QuantPS.Host", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "QuantPS.Host.dll");

    internal sealed record Result(int ExitCode, string Output, string Error);

    public static Result RunScript(string script, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        string path = folder.At("a folder [1]", "script.ps1");
        File.WriteAllText(path, script);
        return Run([path, .. arguments]);
    }

    /// <summary>Runs a script with more variables in its environment.</summary>
    public static Result RunScript(string script, IReadOnlyDictionary<string, string> environment)
    {
        using TemporaryFolder folder = new();
        string path = folder.At("script.ps1");
        File.WriteAllText(path, script);
        ProcessStartInfo start = Prepare([path]);
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        return Read(process);
    }

    public static Result Run(params string[] arguments)
    {
        using Process process = Start(arguments);
        return Read(process);
    }

    public static Process Start(params string[] arguments) => Process.Start(Prepare(arguments))!;

    private static Result Read(Process process)
    {
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.Result);
    }

    private static ProcessStartInfo Prepare(string[] arguments) => new("dotnet", [_program, .. arguments])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
}
