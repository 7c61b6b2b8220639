using System.Buffers.Binary;

namespace QuantPS.Engine.Kernels;

/// <summary>Writes the machine code of x86-64 that the emitted kernels need, and no more. Tests read it back with a disassembler.</summary>
internal sealed class Assembler
{
    private byte[] _code = new byte[4096];

    /// <summary>The bytes so far; jumps are relative, so that they run anywhere.</summary>
    public ReadOnlySpan<byte> Code => _code.AsSpan(0, Position);

    /// <summary>Where the next instruction goes.</summary>
    public int Position { get; private set; }

    /// <summary>A vector instruction of three registers; where it has two, the second is left out.</summary>
    public void Vector(VectorOp op, Vec to, Vec left, Vec right, byte? immediate = null)
    {
        Evex(op, to, left, (right.Number >> 3 & 1) == 0, (right.Number & 16) == 0, broadcast: false, mask: 0);
        Byte(0xC0 | (to.Number & 7) << 3 | right.Number & 7);
        if (immediate is { } i) Byte(i);
    }

    /// <summary>
    /// A vector instruction of two registers and memory; where it has one register, the second is left out. The mask register, if not 0,
    /// says which lanes are stored.
    /// </summary>
    public void Vector(VectorOp op, Vec to, Vec left, Mem memory, byte? immediate = null, int mask = 0)
    {
        Evex(op, to, left, memory.Base < Gpr.R8, true, memory.Broadcast, mask);
        ModRm(to.Number & 7, memory, op.Part == 0 || memory.Broadcast ? 4 : to.Bytes / op.Part);
        if (immediate is { } i) Byte(i);
    }

    public void Vector(VectorOp op, Vec to, Vec from, byte? immediate = null) => Vector(op, to, default, from, immediate);

    public void Vector(VectorOp op, Vec to, Mem from, byte? immediate = null, int mask = 0) => Vector(op, to, default, from, immediate, mask);

    /// <summary>Ends the use of wide registers, so that older vector code does not slow down.</summary>
    public void ZeroUpper() => Bytes(0xC5, 0xF8, 0x77);

    /// <summary>Sets a mask register to the low 16 bits of a general register.</summary>
    public void SetMask(int mask, Gpr from)
    {
        if (from >= Gpr.R8) throw new ArgumentException("Only the first eight registers are encoded.", nameof(from));
        Bytes(0xC5, 0xF8, 0x92);
        Byte(0xC0 | mask << 3 | (int)from & 7);
    }

    public void Load(Gpr to, Mem from) => General(0x8B, to, from);

    public void Add(Gpr to, Mem from) => General(0x03, to, from);

    /// <summary>Asks for a line of memory that will be read, into the second cache.</summary>
    public void Prefetch(Mem at)
    {
        if (at.Base >= Gpr.R8) Byte(0x41);
        Bytes(0x0F, 0x18);
        ModRm(2, at, 1);
    }

    public void AddRegister(Gpr to, Gpr from)
    {
        Byte(0x48 | ((int)to >> 3) << 2 | (int)from >> 3);
        Byte(0x03);
        Byte(0xC0 | ((int)to & 7) << 3 | (int)from & 7);
    }

    public void Move(Gpr to, Gpr from)
    {
        Byte(0x48 | ((int)from >> 3) << 2 | (int)to >> 3);
        Byte(0x89);
        Byte(0xC0 | ((int)from & 7) << 3 | (int)to & 7);
    }

    public void Move(Gpr to, int immediate)
    {
        Byte(0x48 | (int)to >> 3);
        Bytes(0xC7, 0xC0 | (int)to & 7);
        Int(immediate);
    }

    public void Add(Gpr to, int immediate)
    {
        if (immediate == 0) return;
        Byte(0x48 | (int)to >> 3);
        Bytes(0x81, 0xC0 | (int)to & 7);
        Int(immediate);
    }

    public void Push(Gpr register)
    {
        if (register >= Gpr.R8) Byte(0x41);
        Byte(0x50 | (int)register & 7);
    }

    public void Pop(Gpr register)
    {
        if (register >= Gpr.R8) Byte(0x41);
        Byte(0x58 | (int)register & 7);
    }

    public void Return() => Byte(0xC3);

    /// <summary>Takes one off a register and jumps back to a position unless it is zero then.</summary>
    public void DecrementAndLoop(Gpr counter, int position)
    {
        Byte(0x48 | (int)counter >> 3);
        Bytes(0xFF, 0xC8 | (int)counter & 7, 0x0F, 0x85);
        Int(position - (Position + 4));
    }

    /// <summary>Fills up with instructions that do nothing, so that a loop begins where fetching does.</summary>
    public void Align(int bytes)
    {
        int missing = (bytes - Position % bytes) % bytes;
        for (; missing >= 8; missing -= 8) Bytes(0x0F, 0x1F, 0x84, 0, 0, 0, 0, 0);
        for (; missing > 0; missing--) Byte(0x90);
    }

    private void General(byte opcode, Gpr register, Mem memory)
    {
        Byte(0x48 | ((int)register >> 3) << 2 | (int)memory.Base >> 3);
        Byte(opcode);
        ModRm((int)register & 7, memory, 1);
    }

    private void Evex(VectorOp op, Vec to, Vec left, bool notB, bool notX, bool broadcast, int mask)
    {
        Byte(0x62);
        Byte((Not(to.Number, 3) << 7) | ((notX ? 1 : 0) << 6) | ((notB ? 1 : 0) << 5) | (Not(to.Number, 4) << 4) | op.Map);
        Byte((op.Wide ? 0x80 : 0) | (~left.Number & 15) << 3 | 4 | op.Prefix);
        Byte((to.Bytes == 64 ? 2 : to.Bytes == 32 ? 1 : 0) << 5 | (broadcast ? 0x10 : 0) | Not(left.Number, 4) << 3 | mask);
        Byte(op.Code);
    }

    /// <summary>A short displacement counts in operands of a vector instruction.</summary>
    private void ModRm(int register, Mem memory, int operandBytes)
    {
        int at = (int)memory.Base & 7;
        if (at == 4) throw new ArgumentException("The stack pointer and r12 as a base are not encoded.", nameof(memory));
        (int scaled, int rest) = Math.DivRem(memory.Displacement, operandBytes);
        if (memory.Displacement == 0 && at != 5) Byte(register << 3 | at);
        else if (rest == 0 && scaled is >= sbyte.MinValue and <= sbyte.MaxValue)
        {
            Byte(0x40 | register << 3 | at);
            Byte(scaled);
        }
        else
        {
            Byte(0x80 | register << 3 | at);
            Int(memory.Displacement);
        }
    }

    private static int Not(int number, int bit) => ~number >> bit & 1;

    private void Byte(int value)
    {
        if (Position == _code.Length) Array.Resize(ref _code, 2 * Position);
        _code[Position++] = (byte)value;
    }

    private void Bytes(params ReadOnlySpan<int> values)
    {
        foreach (int value in values) Byte(value);
    }

    private void Int(int value)
    {
        while (Position + 4 > _code.Length) Array.Resize(ref _code, 2 * _code.Length);
        BinaryPrimitives.WriteInt32LittleEndian(_code.AsSpan(Position), value);
        Position += 4;
    }
}
