#!/bin/sh
# Make a workstation's file system bootable and write it into a disk image (see qemu_image.py).
# Runs in a mount namespace of its own, with the file system mounted at $1.
set -eu
root=$1 archives=$2 uuid=$3 image=$4 offset=$5 features=$6 boot=$7 login_key=$8 apparmor=$9

view=$boot/view
mkdir -p "$view"
mount --bind "$root" "$view" # without what is mounted inside: this is what the disk will hold

# Only a container has a network card called host0; here NetworkManager takes what udev finds.
rm -f "$root"/etc/systemd/network/00-lab.network "$root"/etc/resolv.conf
: >"$root"/etc/resolv.conf
mount --bind /etc/resolv.conf "$root"/etc/resolv.conf
mount -t proc proc "$root"/proc
mount --bind /dev "$root"/dev
mount -t devpts -o newinstance devpts "$root"/dev/pts
mount --bind "$archives" "$root"/var/cache/apt/archives

# The installer would have written these.
echo "UUID=$uuid / ext4 errors=remount-ro 0 1" >"$root"/etc/fstab
cat "$login_key" >"$root"/home/benvung/.ssh/authorized_keys
mkdir -p "$root"/etc/default/grub.d "$root"/etc/initramfs-tools/conf.d
# A serial line for the log; the console named last stays the one people see.
# Guarding against a processor's flaws flushes the emulator's address table at every system call,
# and its time counter needs no watching: both only cost minutes here.
echo 'GRUB_CMDLINE_LINUX="console=ttyS0 console=tty0 mitigations=off tsc=reliable"' \
    >"$root"/etc/default/grub.d/00-lab.cfg
ln -sf /dev/null "$root"/etc/systemd/system/serial-getty@ttyS0.service

# grub-probe can name no device for an overlay: tell grub-mkconfig what the disk will be.
cat >"$boot"/grub-probe <<END
#!/bin/sh
case "\$*" in
*--target=device* | *"-t device"*) echo /dev/sda1 ;;
*fs_uuid*) echo $uuid ;;
*fs_label* | *partuuid* | *cryptodisk_uuid* | *abstraction*) ;;
*compatibility_hint* | *drive*) echo '(hd0,msdos1)' ;;
*hints_string*) echo --hint-bios=hd0,msdos1 ;;
*partmap*) echo msdos ;;
*fs*) echo ext2 ;;
esac
END
chmod 755 "$boot"/grub-probe

printf '#!/bin/sh\nexit 101\n' >"$root"/usr/sbin/policy-rc.d
chmod 755 "$root"/usr/sbin/policy-rc.d
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
keep='-o APT::Keep-Downloaded-Packages=true -o APT::Sandbox::User=root'
# shellcheck disable=SC2086 # two options each
chroot "$root" apt-get -q $keep update
echo grub-pc grub-pc/install_devices_empty boolean true | chroot "$root" debconf-set-selections
# shellcheck disable=SC2086
chroot "$root" apt-get -q -y $keep -o Dpkg::Options::=--force-confold \
    install linux-image-amd64 grub-pc
# A container counts this machine's memory; the virtual PC has too little for a resident scanner.
chroot "$root" apt-get -q -y purge clamav-daemon clamdscan
rm "$root"/usr/sbin/policy-rc.d

# As apparmor.service would at the first start.
cp "$apparmor" "$root"/tmp/features
chroot "$root" apparmor_parser --quiet --kernel-features /tmp/features \
    --skip-kernel-load --write-cache -j2 /etc/apparmor.d || true # those of no use here fail there too
rm "$root"/tmp/features

# What grub-install puts on a disk; the boot sector itself is written from outside.
modules=$root/boot/grub/i386-pc
mkdir -p "$modules"
cp "$root"/usr/lib/grub/i386-pc/*.mod "$root"/usr/lib/grub/i386-pc/*.lst \
    "$root"/usr/lib/grub/i386-pc/boot.img "$modules"/
mkdir -p "$root"/boot/grub/fonts
cp "$root"/usr/share/grub/unicode.pf2 "$root"/boot/grub/fonts/
chroot "$root" grub-mkimage -O i386-pc -p '(hd0,msdos1)/boot/grub' \
    -o /boot/grub/i386-pc/core.img biosdisk part_msdos ext2
cp "$modules"/boot.img "$modules"/core.img "$boot"/
mount --bind "$boot"/grub-probe "$root"/usr/sbin/grub-probe
chroot "$root" grub-mkconfig -o /boot/grub/grub.cfg
umount "$root"/usr/sbin/grub-probe
# Where the disk itself is there to be seen GRUB names it so; with two disks sda may be either.
sed -i "s|root=/dev/sda1 |root=UUID=$uuid |" "$root"/boot/grub/grub.cfg
chroot "$root" grub-script-check /boot/grub/grub.cfg
printf '%s\n' 'grub-pc grub-pc/install_devices multiselect /dev/sda' \
    'grub-pc grub-pc/install_devices_empty boolean false' | chroot "$root" debconf-set-selections

rm -rf "$view"/var/cache/apt/archives/*.deb "$view"/var/lib/apt/lists/*_Packages
# Without these systemd would rebuild its caches at the first start, as after a new /usr.
touch "$root"/etc/.updated "$root"/var/.updated
size=$(($(stat -c %s "$image") - offset))
mkfs.ext4 -q -F -U "$uuid" -O "$features" -E "offset=$offset" -d "$view" "$image" $((size / 1024))k
