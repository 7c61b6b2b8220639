using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>
/// Makes the tables of embeddings codes of eight or four bits, with a float scale and zero point for each row: the range of the row alone,
/// which need not have zero in it (<c>PerChannelMinMaxObserver</c> with <c>per_channel_affine_float_qparams</c> in torch/ao/quantization/observer.py, and
/// torch/ao/nn/quantized/modules/embedding_ops.py).
/// </summary>
public static class QuantizeEmbeddings
{
    private const float Epsilon = 1.1920929e-7f;

    /// <summary>The graph with the chosen tables in codes.</summary>
    /// <param name="graph">A graph.</param>
    /// <param name="modules">Nodes of embeddings.</param>
    /// <param name="fourBits">Whether codes have four bits.</param>
    public static Graph Apply(Graph graph, IEnumerable<Node> modules, bool fourBits)
    {
        var constants = new Dictionary<string, Tensor>(graph.Constants);
        foreach (string table in modules.Select(node => node.Inputs[node.DataInputCount]).Distinct()) constants[table] = Quantize(constants[table], fourBits);
        return graph.With(constants: constants);
    }

    /// <summary>A table of floats as codes.</summary>
    public static Tensor Quantize(Tensor table, bool fourBits)
    {
        ElementType type = fourBits ? ElementType.QUInt4x2 : ElementType.QUInt8;
        (int rows, int features, int highest) = (table.Shape[0], table.Shape[1], fourBits ? 15 : 255);
        float[] scales = new float[rows], zeroPoints = new float[rows];
        if (table.IsUnread)
        {
            Array.Fill(scales, 1);
            return Tensor.Zeros(type, table.Shape, QuantParams.PerChannelFloat(scales, zeroPoints, 0));
        }
        ReadOnlySpan<float> values = table.As<float>();
        var codes = new byte[type.ByteCount(values.Length)];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> from = values.Slice(row * features, features);
            QuantRange range = QuantRange.Of(from);
            float minimum = range.Minimum, scale = (range.Maximum - minimum) / highest;
            if (!(scale > Epsilon)) scale = 1;
            (scales[row], zeroPoints[row]) = (scale, -minimum / scale);
            float inverse = 1 / scale;
            for (int i = 0; i < features; i++)
            {
                int index = row * features + i;
                byte code = (byte)Math.Clamp(MathF.Round(from[i] * inverse + zeroPoints[row]), 0, highest);
                if (fourBits) codes[index / 2] |= (byte)(code << index % 2 * 4);
                else codes[index] = code;
            }
        }
        return new Tensor(type, table.Shape, codes, QuantParams.PerChannelFloat(scales, zeroPoints, 0));
    }
}
