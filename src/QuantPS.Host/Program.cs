using QuantPS.Host;

if (args is [] or ["-h" or "-?" or "--help"])
{
    Console.Error.WriteLine("Usage: QuantPS.Host <script.ps1> [-Name value] [-Switch] [value ...]");
    return args is [] ? ExitCode.Usage : ExitCode.Success;
}
return new ScriptRunner(new ScriptHost(Terminal.Attach())).Run(args[0], args[1..]);
