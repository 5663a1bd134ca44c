import ContentCopyIcon from '@mui/icons-material/ContentCopy';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import IconButton from '@mui/material/IconButton';
import InputAdornment from '@mui/material/InputAdornment';
import TextField from '@mui/material/TextField';
import { useRef, useState } from 'react';
import type { CreatedCompany } from './company';

interface TemporaryPasswordProps {
  company: CreatedCompany;
  onClose(): void;
}

/** The one time the password is shown. A click beside the dialog doesn't close it. */
export function TemporaryPassword({ company, onClose }: TemporaryPasswordProps) {
  const input = useRef<HTMLInputElement>(null);
  const [hint, setHint] = useState('');
  const password = company.admin_user?.temporary_password ?? '';

  const copy = async () => {
    input.current?.select();
    try {
      await navigator.clipboard.writeText(password);
      setHint('Copied');
    } catch {
      // browsers keep the clipboard from pages on plain http
      setHint('Selected: copy it with Ctrl+C or ⌘C');
    }
  };

  return (
    <Dialog open aria-labelledby="temporary-password-title">
      <DialogTitle id="temporary-password-title">{company.company_name} is ready</DialogTitle>
      <DialogContent>
        <DialogContentText sx={{ mb: 2 }}>
          {company.admin_user?.email} signs in with this temporary password and chooses another one then. It is shown
          only now.
        </DialogContentText>
        <TextField
          label="Temporary password"
          value={password}
          inputRef={input}
          fullWidth
          helperText={hint || ' '}
          slotProps={{
            htmlInput: { readOnly: true, style: { fontFamily: 'monospace' } },
            formHelperText: { role: 'status' },
            input: {
              endAdornment: (
                <InputAdornment position="end">
                  <IconButton onClick={copy} aria-label="Copy the password" edge="end">
                    <ContentCopyIcon />
                  </IconButton>
                </InputAdornment>
              ),
            },
          }}
        />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} variant="contained">
          I have kept it
        </Button>
      </DialogActions>
    </Dialog>
  );
}
