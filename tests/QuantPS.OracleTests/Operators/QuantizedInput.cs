using QuantPS.Engine;
using QuantPS.OracleTests.Oracle;

namespace QuantPS.OracleTests.Operators;

/// <summary>Random codes, and the floats that quantize to them.</summary>
internal sealed record QuantizedInput(byte[] Codes, long[] Shape, QuantParams Parameters)
{
    public static QuantizedInput Of(RandomValues random, QuantParams parameters, int highest, params long[] shape) =>
        new(random.Codes((int)shape.Aggregate(1L, (product, size) => product * size), highest), shape, parameters);

    public float[] Floats
    {
        get
        {
            var floats = new float[Codes.Length];
            for (int i = 0; i < floats.Length; i++) floats[i] = Parameters.Scale * (Codes[i] - Parameters.ZeroPoint);
            return floats;
        }
    }

    /// <summary>The codes as an argument for libtorch.</summary>
    public HostTensor Argument => HostTensor.From<byte>(Codes, Shape);
}
