using QuantPS.Checkpoints;
using QuantPS.Engine;
using QuantPS.Zoo;

namespace QuantPS.Commands;

/// <summary>Makes models of state dicts that came from files, and names the file where one does not fit.</summary>
internal static class NamedFile
{
    /// <exception cref="QuantPSException"><c>StateDictMismatch</c>: the state dict is not one of this network.</exception>
    public static QuantModel FromFile(this Architecture architecture, string path, StateDict state, string? name, QuantizationBackend? backend)
    {
        try
        {
            return architecture.FromStateDict(state, name, backend);
        }
        catch (QuantPSException e) when (e.ErrorId == "StateDictMismatch")
        {
            throw new QuantPSException(e.ErrorId, $"'{path}' is not read: {e.Message} Check that it is a file of {architecture.Name}.", path, e);
        }
    }
}
