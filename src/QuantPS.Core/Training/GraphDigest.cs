using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using QuantPS.Engine;

namespace QuantPS.Training;

/// <summary>Tells graphs apart by a few digits.</summary>
internal static class GraphDigest
{
    private const int Digits = 16;

    /// <summary>The first digits of the SHA-256 of a graph's nodes and constants.</summary>
    public static string Of(Graph graph)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(graph.ToString()));
        foreach (string name in graph.Constants.Keys.Order(StringComparer.Ordinal))
        {
            Tensor constant = graph.Constants[name];
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(constant.Bytes);
            if (constant.Quantization is { } quantization) hash.AppendData(MemoryMarshal.AsBytes(quantization.Scales));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..Digits];
    }
}
