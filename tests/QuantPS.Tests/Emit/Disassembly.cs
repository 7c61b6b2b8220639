using Iced.Intel;

namespace QuantPS.Tests.Emit;

/// <summary>Machine code read back by a disassembler.</summary>
internal static class Disassembly
{
    public static List<Instruction> Of(ReadOnlySpan<byte> code)
    {
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(code.ToArray()));
        var instructions = new List<Instruction>();
        while (decoder.IP < (ulong)code.Length) instructions.Add(decoder.Decode());
        return instructions;
    }

    public static string Text(in Instruction instruction)
    {
        var formatter = new IntelFormatter();
        (formatter.Options.SpaceAfterOperandSeparator, formatter.Options.MemorySizeOptions) = (true, MemorySizeOptions.Always);
        var output = new StringOutput();
        formatter.Format(instruction, output);
        return output.ToStringAndReset();
    }
}
